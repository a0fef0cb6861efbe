#!/usr/bin/python3
# Copyright 2026 the occupantid authors.
# Licensed under the Apache License, Version 2.0; see the file LICENSE.
"""
The example of slixmpp's XEP-0421 plugin, acted out on a server: a message, its correction under another nick, somebody else's
"correction", and one who comes later and reads all that from history.

Prints what the clients saw, one JSON object a line; judging that is left to the caller.
"""
import argparse
import asyncio
import json
import sys

try:
    import slixmpp
except ImportError:
    sys.exit('slixmpp is missing: install the Debian package python3-slixmpp')

FEATURE = 'urn:xmpp:occupant-id:0'


def report(**sight):
    # Not to sys.stdout, for slixmpp prints there, too.
    print(json.dumps(sight), file=sys.__stdout__, flush=True)


class Client(slixmpp.ClientXMPP):
    """Somebody in the room, who reports every message there."""

    def __init__(self, name, args):
        super().__init__(f'{name}@{args.domain}/slixmpp', args.password)
        self.name = name
        self.room = args.room
        for plugin in ('xep_0030', 'xep_0045', 'xep_0199', 'xep_0203', 'xep_0308', 'xep_0421'):
            self.register_plugin(plugin)
        self.add_event_handler('groupchat_message', self.saw)

    async def log_in(self, args):
        self.connect((args.host, args.port), force_starttls=False, disable_starttls=True)
        await self.wait_until('session_start', 10)
        self.send_presence()

    async def enter(self, nick):
        # It would also wait for the room's subject, but Openfire 4.2.0 sends none where there is none.
        joining = asyncio.ensure_future(self['xep_0045'].join_muc_wait(self.room, nick, maxstanzas=20))
        await self.wait_until(f'muc::{self.room}::self-presence', 10)
        joining.cancel()

    async def unlock(self):
        """Accepts the settings of a new room, so that others can enter."""
        config = await self['xep_0045'].get_room_config(self.room)
        await self['xep_0045'].set_room_config(self.room, config)

    def rename(self, nick):
        self.send_presence(pto=f'{self.room}/{nick}')

    def say(self, message_id, body, replaces=None):
        message = self.make_message(mto=self.room, mtype='groupchat', mbody=body)
        message['id'] = message_id
        if replaces is not None:
            message['replace']['id'] = replaces
        message.send()

    def saw(self, message):
        report(client=self.name, nick=message['from'].resource, message=message['id'],
               replaces=message['replace']['id'] or None, history=message.get_plugin('delay', check=True) is not None,
               occupantId=message['occupant-id']['id'] or None)

    async def look_for_feature(self):
        info = await self['xep_0030'].get_info(jid=self.room)
        report(client=self.name, feature=FEATURE, found=FEATURE in info['disco_info']['features'])


async def sync(*clients):
    """Waits until all that these have sent has been processed, and has arrived."""
    for client in clients:
        await client['xep_0199'].ping()


async def act(args):
    alice, bob, carol = clients = [Client(name, args) for name in ('alice', 'bob', 'carol')]
    for client in clients:
        await client.log_in(args)

    await alice.enter('nick1')
    await alice.unlock()
    await bob.enter('bob')
    await bob.look_for_feature()

    alice.say('message1', 'Some message')
    alice.rename('nick2')
    alice.say('message2', 'Some correction', replaces='message1')
    await sync(alice, bob)

    bob.say('message3', 'No correction at all', replaces='message1')
    await sync(bob, alice)

    await carol.enter('carol')
    await sync(carol)
    for client in clients:
        await client.disconnect()


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument('host')
    parser.add_argument('port', type=int)
    parser.add_argument('domain')
    parser.add_argument('room', help='the bare JID of a room that does not exist')
    parser.add_argument('password', help='the one of the accounts alice, bob and carol')
    args = parser.parse_args()
    sys.stdout = sys.stderr
    asyncio.run(asyncio.wait_for(act(args), 60))


if __name__ == '__main__':
    main()
