#!/bin/sh
# Run by the PostgreSQL image when it makes its cluster.
set -eu
psql --username=postgres --no-psqlrc --quiet \
    --set=owner_password="$(cat /run/secrets/lrs_owner_password)" \
    --set=server_password="$(cat /run/secrets/lrs_server_password)" \
    --file=/lrs/database.sql
