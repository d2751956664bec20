#!/bin/sh
# Makes what docker/compose.yaml needs and nobody may know: passwords, the certificate of the monitor and the web
# configuration that asks for them. What is there already stays as it is, so that it can be run again.
# usage: make-secrets.sh [FOLDER]     PYTHON: a Python with bcrypt; without it that of the image is used
set -eu
folder=${1:-$(dirname "$0")/secrets}
python=${PYTHON:-docker run --rm -i --network none --entrypoint python cctv-monitor:latest}
umask 022
mkdir -p "$folder"
# Containers read the files as users of their own: the files are open, and the folder is not.
chmod 700 "$folder"

for name in database-password monitor-password grafana-password; do
    [ -s "$folder/$name" ] || openssl rand -hex 24 | tr -d '\n' >"$folder/$name"
done
[ -e "$folder/smtp-password" ] || : >"$folder/smtp-password"

if [ ! -s "$folder/monitor.crt" ]; then
    # Prometheus takes the monitor for what has this very certificate; it is its own authority.
    openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -days 3650 \
        -subj "/CN=cctv-monitor" -addext "subjectAltName=DNS:monitor,DNS:localhost,IP:127.0.0.1" \
        -keyout "$folder/monitor.key" -out "$folder/monitor.crt" 2>/dev/null
    chmod 644 "$folder/monitor.key"
fi

if [ ! -s "$folder/web-config.yaml" ]; then
    # shellcheck disable=SC2086 # a command of several words
    hash=$($python -c 'import bcrypt, sys; print(bcrypt.hashpw(sys.stdin.buffer.read(), bcrypt.gensalt(10)).decode())' \
        <"$folder/monitor-password")
    cat >"$folder/web-config.yaml" <<END
# Made by docker/make-secrets.sh. The password is in monitor-password beside it.
tls_server_config:
  cert_file: monitor.crt
  key_file: monitor.key
basic_auth_users:
  prometheus: $hash
END
fi
[ -s "$folder/smtp-password" ] || echo "the password of the mail server is missing: printf %s PASSWORD >$folder/smtp-password"
echo "$folder: ready"
