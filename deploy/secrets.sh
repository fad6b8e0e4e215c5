#!/bin/sh
# Makes deploy/secrets/ with random passwords, once; never touches what is there already.
# An argument names another database host: sh deploy/secrets.sh db.example.org
set -eu
host=${1:-database}
cd "$(dirname "$0")"
umask 077
mkdir secrets || { echo "deploy/secrets exists already; nothing changed" >&2; exit 1; }

password() { od -An -v -tx1 -N24 /dev/urandom | tr -d ' \n'; }

for name in postgres lrs_owner lrs_server; do
    password > "secrets/${name}_password"
done
printf 'postgresql://lrs_server:%s@%s:5432/lrs' "$(cat secrets/lrs_server_password)" "$host" \
    > secrets/lrs_database_url
printf 'postgresql://lrs_owner:%s@%s:5432/lrs' "$(cat secrets/lrs_owner_password)" "$host" \
    > secrets/lrs_database_owner_url
# Containers read them as accounts of their own; the folder keeps everybody else out.
chmod 0444 secrets/*
echo "deploy/secrets is ready: keep it out of backups that others can read"
