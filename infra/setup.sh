#!/bin/sh
# SPDX-FileCopyrightText: 2026 The Syncline authors
# SPDX-License-Identifier: MIT
#
# Installs what is missing on Debian 12: the packages to build Syncline with,
# those of the local stack, and the official core to compare with. With nothing missing it needs no network.
set -eu
here=$(CDPATH='' cd -- "$(dirname -- "$0")" && pwd)
stack=$here/local

build_packages='
    build-essential autoconf autoconf-archive automake libtool pkg-config
    libglib2.0-dev libsqlite3-dev libcurl4-openssl-dev libjson-c-dev libsodium-dev
    sqlite3 python3'
stack_packages='
    postgresql curl ca-certificates'
# For language bindings; Syncline builds without them.
introspection_packages='
    gobject-introspection libgirepository1.0-dev gir1.2-glib-2.0 python3-gi'

usage() {
    cat <<EOF
usage: setup.sh [--no-introspection]

Installs Debian packages (as root, or with sudo) and the npm packages of
infra/local and tests/differential. --no-introspection leaves the GObject introspection tools out.
EOF
}

say() { printf '%s\n' "$*"; }
die() { printf 'setup.sh: %s\n' "$*" >&2; exit 1; }

case ${1:-} in
    '') ;;
    --no-introspection) introspection_packages='' ;;
    -h|--help) usage; exit 0 ;;
    *) usage >&2; exit 2 ;;
esac

as_root() {
    if [ "$(id -u)" -eq 0 ]; then "$@"
    elif command -v sudo >/dev/null; then sudo "$@"
    else die "installing packages needs root; run it as root, install sudo, or install by hand: $*"
    fi
}

# Prints those of its arguments that are not installed.
missing_packages() {
    for package in "$@"; do
        is_installed "$package" || printf '%s ' "$package"
    done
}

is_installed() {
    [ "$(dpkg-query --show --showformat='${db:Status-Status}' "$1" 2>/dev/null)" = installed ]
}

install_packages() {
    command -v dpkg-query >/dev/null || die "this is no Debian system; see CONTRIBUTING.md for what to install by hand"
    # shellcheck disable=SC2086,SC2046
    set -- $(missing_packages $build_packages $stack_packages $introspection_packages $(npm_packages))
    if [ $# -eq 0 ]; then say "Debian packages: all there"; return; fi
    say "Debian packages: installing $*"
    forbid_default_cluster
    as_root env DEBIAN_FRONTEND=noninteractive apt-get update -qq
    as_root env DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends "$@" >/dev/null
}

# Any npm will do: it only downloads, the stack brings its own Node.
npm_packages() {
    command -v npm >/dev/null || printf 'nodejs npm'
}

# The stack runs PostgreSQL on data directories of its own. A machine that has
# no PostgreSQL yet needs no server started at every boot.
forbid_default_cluster() {
    [ ! -e /etc/postgresql-common/createcluster.conf ] || return 0
    as_root mkdir -p /etc/postgresql-common
    printf 'create_main_cluster = false\n' | as_root tee /etc/postgresql-common/createcluster.conf >/dev/null
}

# install_npm_packages DIRECTORY WHAT: the stamp holds the checksum of the lock file node_modules was made from.
install_npm_packages() {
    stamp=$1/node_modules/.lock-checksum
    wanted=$(sha256sum <"$1/package-lock.json")
    if [ -r "$stamp" ] && [ "$(cat "$stamp")" = "$wanted" ]; then
        say "npm packages of $2: all there"
        return
    fi
    say "npm packages of $2: installing"
    (cd "$1" && npm ci --no-audit --no-fund --loglevel=error) || die "npm ci failed in $1; the message is above"
    printf '%s\n' "$wanted" >"$stamp"
}

check_node() {
    for node in "$stack"/node_modules/node-linux-*/bin/node; do
        ! version=$("$node" --version 2>/dev/null) || { say "Node for the local stack: $version"; return; }
    done
    die "no Node for this machine came with the npm packages; there are builds for x64 and arm64"
}

install_packages
install_npm_packages "$stack" "the local stack"
install_npm_packages "$here/../tests/differential" "the differential test"
check_node
