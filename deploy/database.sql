-- Two accounts and a database, made once by a superuser:
--   psql --set=owner_password=… --set=server_password=… --file=deploy/database.sql
-- `lrs_owner` owns the tables and migrates; `lrs_server` is what servers and workers sign in as:
-- it may append and read, and cannot alter a table, a trigger or a privilege.
\set ON_ERROR_STOP on
CREATE ROLE lrs_owner LOGIN CREATEROLE PASSWORD :'owner_password';
CREATE ROLE lrs_server LOGIN PASSWORD :'server_password';
CREATE DATABASE lrs OWNER lrs_owner TEMPLATE template0 ENCODING 'UTF8' LOCALE 'C';
REVOKE CONNECT ON DATABASE lrs FROM PUBLIC;
GRANT CONNECT ON DATABASE lrs TO lrs_server;
SET ROLE lrs_owner;
CREATE ROLE lrs_append NOLOGIN;
CREATE ROLE lrs_read NOLOGIN;
CREATE ROLE lrs_erase NOLOGIN;
GRANT lrs_append, lrs_read TO lrs_server;
RESET ROLE;
