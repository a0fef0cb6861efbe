-- Copyright 2026 the occupantid authors.
-- Licensed under the Apache License, Version 2.0; see the file LICENSE.

-- The tables of Openfire 4.2.0, as the SQL statements in its code name them. Dates are milliseconds, as text of 15 digits.

CREATE TABLE ofVersion (
    name        VARCHAR(50)     NOT NULL PRIMARY KEY,
    version     INTEGER         NOT NULL
);

CREATE TABLE ofID (
    idType      INTEGER         NOT NULL PRIMARY KEY,
    id          BIGINT          NOT NULL
);

CREATE TABLE ofProperty (
    name        VARCHAR(255)    NOT NULL PRIMARY KEY,
    propValue   LONGVARCHAR     NOT NULL,
    encrypted   INTEGER
);

-- Accounts and groups

CREATE TABLE ofUser (
    username            VARCHAR(1023)   NOT NULL PRIMARY KEY,
    storedKey           VARCHAR(255),
    serverKey           VARCHAR(255),
    salt                VARCHAR(255),
    iterations          INTEGER,
    plainPassword       VARCHAR(255),
    encryptedPassword   VARCHAR(1023),
    name                VARCHAR(255),
    email               VARCHAR(255),
    creationDate        VARCHAR(15)     NOT NULL,
    modificationDate    VARCHAR(15)     NOT NULL
);

CREATE TABLE ofUserProp (
    username    VARCHAR(1023)   NOT NULL,
    name        VARCHAR(255)    NOT NULL,
    propValue   LONGVARCHAR     NOT NULL,
    PRIMARY KEY (username, name)
);

-- The server inserts into this one without naming the columns.
CREATE TABLE ofUserFlag (
    username    VARCHAR(1023)   NOT NULL,
    name        VARCHAR(255)    NOT NULL,
    startTime   VARCHAR(15),
    endTime     VARCHAR(15),
    PRIMARY KEY (username, name)
);

CREATE TABLE ofGroup (
    groupName   VARCHAR(255)    NOT NULL PRIMARY KEY,
    description VARCHAR(1023)
);

CREATE TABLE ofGroupProp (
    groupName   VARCHAR(255)    NOT NULL,
    name        VARCHAR(255)    NOT NULL,
    propValue   LONGVARCHAR     NOT NULL,
    PRIMARY KEY (groupName, name)
);

CREATE TABLE ofGroupUser (
    groupName       VARCHAR(255)    NOT NULL,
    username        VARCHAR(3071)   NOT NULL,
    administrator   INTEGER         NOT NULL,
    PRIMARY KEY (groupName, username, administrator)
);

-- What is kept for an account

CREATE TABLE ofRoster (
    rosterID    BIGINT          NOT NULL PRIMARY KEY,
    username    VARCHAR(1023)   NOT NULL,
    jid         VARCHAR(3071)   NOT NULL,
    sub         INTEGER         NOT NULL,
    ask         INTEGER         NOT NULL,
    recv        INTEGER         NOT NULL,
    nick        VARCHAR(1023)
);
CREATE INDEX ofRoster_username ON ofRoster (username);
CREATE INDEX ofRoster_jid ON ofRoster (jid);

CREATE TABLE ofRosterGroups (
    rosterID    BIGINT          NOT NULL,
    rank        INTEGER         NOT NULL,
    groupName   VARCHAR(255)    NOT NULL,
    PRIMARY KEY (rosterID, rank)
);

CREATE TABLE ofPresence (
    username        VARCHAR(1023)   NOT NULL PRIMARY KEY,
    offlinePresence LONGVARCHAR,
    offlineDate     VARCHAR(15)     NOT NULL
);

CREATE TABLE ofOffline (
    username        VARCHAR(1023)   NOT NULL,
    messageID       BIGINT          NOT NULL,
    creationDate    VARCHAR(15)     NOT NULL,
    messageSize     INTEGER         NOT NULL,
    stanza          LONGVARCHAR     NOT NULL,
    PRIMARY KEY (username, messageID)
);

CREATE TABLE ofPrivate (
    username    VARCHAR(1023)   NOT NULL,
    name        VARCHAR(255)    NOT NULL,
    namespace   VARCHAR(1023)   NOT NULL,
    privateData LONGVARCHAR     NOT NULL,
    PRIMARY KEY (username, name, namespace)
);

CREATE TABLE ofPrivacyList (
    username    VARCHAR(1023)   NOT NULL,
    name        VARCHAR(255)    NOT NULL,
    isDefault   INTEGER         NOT NULL,
    list        LONGVARCHAR     NOT NULL,
    PRIMARY KEY (username, name)
);

CREATE TABLE ofVCard (
    username    VARCHAR(1023)   NOT NULL PRIMARY KEY,
    vcard       LONGVARCHAR     NOT NULL
);

-- Other servers, components, and what admins did

CREATE TABLE ofRemoteServerConf (
    xmppDomain  VARCHAR(1023)   NOT NULL PRIMARY KEY,
    remotePort  INTEGER,
    permission  VARCHAR(15)     NOT NULL
);

CREATE TABLE ofExtComponentConf (
    subdomain   VARCHAR(1023)   NOT NULL,
    wildcard    INTEGER         NOT NULL,
    secret      VARCHAR(255),
    permission  VARCHAR(15)     NOT NULL,
    PRIMARY KEY (subdomain, wildcard)
);

CREATE TABLE ofSecurityAuditLog (
    msgID       BIGINT          NOT NULL PRIMARY KEY,
    username    VARCHAR(1023)   NOT NULL,
    entryStamp  BIGINT          NOT NULL,
    summary     VARCHAR(1023)   NOT NULL,
    node        VARCHAR(1023)   NOT NULL,
    details     LONGVARCHAR
);

-- Group chats

CREATE TABLE ofMucService (
    serviceID   BIGINT          NOT NULL PRIMARY KEY,
    subdomain   VARCHAR(255)    NOT NULL UNIQUE,
    description VARCHAR(1023),
    isHidden    INTEGER         NOT NULL
);

CREATE TABLE ofMucServiceProp (
    serviceID   BIGINT          NOT NULL,
    name        VARCHAR(255)    NOT NULL,
    propValue   LONGVARCHAR     NOT NULL,
    PRIMARY KEY (serviceID, name)
);

CREATE TABLE ofMucRoom (
    serviceID           BIGINT          NOT NULL,
    roomID              BIGINT          NOT NULL UNIQUE,
    name                VARCHAR(1023)   NOT NULL,
    naturalName         VARCHAR(1023)   NOT NULL,
    description         LONGVARCHAR,
    creationDate        VARCHAR(15)     NOT NULL,
    modificationDate    VARCHAR(15)     NOT NULL,
    lockedDate          VARCHAR(15)     NOT NULL,
    emptyDate           VARCHAR(15),
    canChangeSubject    INTEGER         NOT NULL,
    maxUsers            INTEGER         NOT NULL,
    publicRoom          INTEGER         NOT NULL,
    moderated           INTEGER         NOT NULL,
    membersOnly         INTEGER         NOT NULL,
    canInvite           INTEGER         NOT NULL,
    roomPassword        VARCHAR(1023),
    canDiscoverJID      INTEGER         NOT NULL,
    logEnabled          INTEGER         NOT NULL,
    subject             LONGVARCHAR,
    rolesToBroadcast    INTEGER         NOT NULL,
    useReservedNick     INTEGER         NOT NULL,
    canChangeNick       INTEGER         NOT NULL,
    canRegister         INTEGER         NOT NULL,
    allowpm             INTEGER,
    PRIMARY KEY (serviceID, name)
);

CREATE TABLE ofMucRoomProp (
    roomID      BIGINT          NOT NULL,
    name        VARCHAR(255)    NOT NULL,
    propValue   LONGVARCHAR     NOT NULL,
    PRIMARY KEY (roomID, name)
);

CREATE TABLE ofMucAffiliation (
    roomID      BIGINT          NOT NULL,
    jid         VARCHAR(3071)   NOT NULL,
    affiliation INTEGER         NOT NULL,
    PRIMARY KEY (roomID, jid)
);

CREATE TABLE ofMucMember (
    roomID      BIGINT          NOT NULL,
    jid         VARCHAR(3071)   NOT NULL,
    nickname    VARCHAR(1023),
    firstName   VARCHAR(255),
    lastName    VARCHAR(255),
    url         VARCHAR(1023),
    email       VARCHAR(255),
    faqentry    VARCHAR(1023),
    PRIMARY KEY (roomID, jid)
);

-- Without a key: the server counts rows to number them, and numbers twice once it has deleted some.
CREATE TABLE ofMucConversationLog (
    roomID      BIGINT          NOT NULL,
    messageID   BIGINT          NOT NULL,
    sender      VARCHAR(3071)   NOT NULL,
    nickname    VARCHAR(1023),
    logTime     VARCHAR(15)     NOT NULL,
    subject     LONGVARCHAR,
    body        LONGVARCHAR,
    stanza      LONGVARCHAR
);
CREATE INDEX ofMucConversationLog_time ON ofMucConversationLog (roomID, logTime);

-- Publish and subscribe

CREATE TABLE ofPubsubNode (
    serviceID           VARCHAR(1023)   NOT NULL,
    nodeID              VARCHAR(1023)   NOT NULL,
    leaf                INTEGER         NOT NULL,
    creationDate        VARCHAR(15)     NOT NULL,
    modificationDate    VARCHAR(15)     NOT NULL,
    parent              VARCHAR(1023),
    deliverPayloads     INTEGER         NOT NULL,
    maxPayloadSize      INTEGER,
    persistItems        INTEGER,
    maxItems            INTEGER,
    notifyConfigChanges INTEGER         NOT NULL,
    notifyDelete        INTEGER         NOT NULL,
    notifyRetract       INTEGER         NOT NULL,
    presenceBased       INTEGER         NOT NULL,
    sendItemSubscribe   INTEGER         NOT NULL,
    publisherModel      VARCHAR(15)     NOT NULL,
    subscriptionEnabled INTEGER         NOT NULL,
    configSubscription  INTEGER         NOT NULL,
    accessModel         VARCHAR(15)     NOT NULL,
    payloadType         VARCHAR(1023),
    bodyXSLT            LONGVARCHAR,
    dataformXSLT        LONGVARCHAR,
    creator             VARCHAR(3071)   NOT NULL,
    description         VARCHAR(1023),
    language            VARCHAR(255),
    name                VARCHAR(1023),
    replyPolicy         VARCHAR(15),
    associationPolicy   VARCHAR(15),
    maxLeafNodes        INTEGER,
    PRIMARY KEY (serviceID, nodeID)
);

CREATE TABLE ofPubsubNodeJIDs (
    serviceID       VARCHAR(1023)   NOT NULL,
    nodeID          VARCHAR(1023)   NOT NULL,
    jid             VARCHAR(3071)   NOT NULL,
    associationType VARCHAR(31)     NOT NULL,
    PRIMARY KEY (serviceID, nodeID, jid)
);

CREATE TABLE ofPubsubNodeGroups (
    serviceID   VARCHAR(1023)   NOT NULL,
    nodeID      VARCHAR(1023)   NOT NULL,
    rosterGroup VARCHAR(255)    NOT NULL
);
CREATE INDEX ofPubsubNodeGroups_node ON ofPubsubNodeGroups (serviceID, nodeID);

CREATE TABLE ofPubsubAffiliation (
    serviceID   VARCHAR(1023)   NOT NULL,
    nodeID      VARCHAR(1023)   NOT NULL,
    jid         VARCHAR(3071)   NOT NULL,
    affiliation VARCHAR(15)     NOT NULL,
    PRIMARY KEY (serviceID, nodeID, jid)
);

CREATE TABLE ofPubsubItem (
    serviceID       VARCHAR(1023)   NOT NULL,
    nodeID          VARCHAR(1023)   NOT NULL,
    id              VARCHAR(1023)   NOT NULL,
    jid             VARCHAR(3071)   NOT NULL,
    creationDate    VARCHAR(15)     NOT NULL,
    payload         LONGVARCHAR,
    PRIMARY KEY (serviceID, nodeID, id)
);

CREATE TABLE ofPubsubSubscription (
    serviceID           VARCHAR(1023)   NOT NULL,
    nodeID              VARCHAR(1023)   NOT NULL,
    id                  VARCHAR(255)    NOT NULL,
    jid                 VARCHAR(3071)   NOT NULL,
    owner               VARCHAR(3071)   NOT NULL,
    state               VARCHAR(31)     NOT NULL,
    deliver             INTEGER         NOT NULL,
    digest              INTEGER         NOT NULL,
    digest_frequency    INTEGER         NOT NULL,
    expire              VARCHAR(15),
    includeBody         INTEGER         NOT NULL,
    showValues          VARCHAR(255)    NOT NULL,
    subscriptionType    VARCHAR(15)     NOT NULL,
    subscriptionDepth   INTEGER         NOT NULL,
    keyword             VARCHAR(255),
    PRIMARY KEY (serviceID, nodeID, id)
);

CREATE TABLE ofPubsubDefaultConf (
    serviceID           VARCHAR(1023)   NOT NULL,
    leaf                INTEGER         NOT NULL,
    deliverPayloads     INTEGER         NOT NULL,
    maxPayloadSize      INTEGER         NOT NULL,
    persistItems        INTEGER         NOT NULL,
    maxItems            INTEGER         NOT NULL,
    notifyConfigChanges INTEGER         NOT NULL,
    notifyDelete        INTEGER         NOT NULL,
    notifyRetract       INTEGER         NOT NULL,
    presenceBased       INTEGER         NOT NULL,
    sendItemSubscribe   INTEGER         NOT NULL,
    publisherModel      VARCHAR(15)     NOT NULL,
    subscriptionEnabled INTEGER         NOT NULL,
    accessModel         VARCHAR(15)     NOT NULL,
    language            VARCHAR(255),
    replyPolicy         VARCHAR(15),
    associationPolicy   VARCHAR(15)     NOT NULL,
    maxLeafNodes        INTEGER         NOT NULL,
    PRIMARY KEY (serviceID, leaf)
);

-- What a new server starts with: roster, offline, room, audit and service numbers, one group chat service.

INSERT INTO ofID (idType, id) VALUES (18, 1);
INSERT INTO ofID (idType, id) VALUES (19, 1);
INSERT INTO ofID (idType, id) VALUES (23, 1);
INSERT INTO ofID (idType, id) VALUES (25, 1);
INSERT INTO ofID (idType, id) VALUES (26, 2);

INSERT INTO ofMucService (serviceID, subdomain, description, isHidden) VALUES (1, 'conference', NULL, 0);

-- Last, so that a schema that could not be made in full is not taken for one.
INSERT INTO ofVersion (name, version) VALUES ('openfire', 26);
