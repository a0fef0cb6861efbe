-- Copyright 2026 the occupantid authors.
-- Licensed under the Apache License, Version 2.0; see the file LICENSE.

-- Other servers are where the option "addresses" has their ports, on this machine, and nowhere else. Without this, Prosody asks DNS.

module:set_global();

local service = require "net.resolvers.service";
local manual = require "net.resolvers.manual";

function service.new(domain, _, transport, extra)
	local port = module:get_option("addresses", {})[domain];
	return manual.new(port and { { transport, "127.0.0.1", port, extra } }, transport, extra);
end
