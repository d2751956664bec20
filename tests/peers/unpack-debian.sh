#!/bin/sh
# Unpacks Debian packages into a folder of ours, as any user: nothing is installed and no daemon is started.
# usage: unpack-debian.sh FOLDER PROGRAM=PACKAGE...   What is on the PATH already is left alone.
# Without Debian's tools, or without its packages at hand, it says so and ends well: what needs them does without.
set -eu
folder=$1
shift
missing=""
for pair in "$@"; do
    program=${pair%%=*}
    command -v "$program" >/dev/null 2>&1 || [ -x "$folder/usr/bin/$program" ] || missing="$missing ${pair#*=}"
done
[ -n "$missing" ] || exit 0
if ! command -v apt-get >/dev/null 2>&1 || ! command -v dpkg-deb >/dev/null 2>&1; then
    echo "not on this machine, and no Debian to take them from:$missing" >&2
    exit 0
fi
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
mkdir -p "$work/lists/partial" "$work/cache/archives/partial" "$folder"
private="-o Dir::State::Lists=$work/lists -o Dir::Cache=$work/cache -o APT::Sandbox::User= -qq"
echo "unpacking Debian packages into $folder:$missing"
# shellcheck disable=SC2086 # words that are meant to be several
if (cd "$work" && apt-get $private update && apt-get $private download $missing) >/dev/null 2>"$work/said"; then
    for package in "$work"/*.deb; do
        dpkg-deb -x "$package" "$folder"
    done
else
    echo "could not fetch$missing: $(tail -n 1 "$work/said")" >&2
fi
