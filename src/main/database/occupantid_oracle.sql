-- Copyright 2026 the occupantid authors.
-- Licensed under the Apache License, Version 2.0; see the file LICENSE.

-- The secrets of rooms: see doc/architecture.md.

CREATE TABLE ofOccupantIdSecret (
  roomKey       CHAR(64)       NOT NULL,
  generation    INTEGER        NOT NULL,
  roomJID       VARCHAR2(2750) NOT NULL,
  secret        VARCHAR2(255)  NOT NULL,
  creationDate  CHAR(15)       NOT NULL,
  creator       VARCHAR2(255),
  CONSTRAINT ofOccupantIdSecret_pk PRIMARY KEY (roomKey, generation)
);

INSERT INTO ofVersion (name, version) VALUES ('occupantid', 1);
