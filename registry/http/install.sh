#!/bin/sh
# Installs Gantry's agent on this computer: curl -fsSL @URL@/install | sudo sh
# Options: sh -s -- [--join file:PATH] [--prefix FOLDER] [--no-service]
# Nothing runs before the last line has arrived: the braces make the shell read all of it first.
{
gantry_install() {
  set -eu
  registry='@URL@'
  sha256='@SHA256@'
  version='@VERSION@'
  prefix=/usr/local
  service=yes
  join=
  while [ $# -gt 0 ]; do
    case "$1" in
      --join) join=${2:?--join needs file:PATH}; shift 2 ;;
      --prefix) prefix=${2:?--prefix needs a folder}; shift 2 ;;
      --no-service) service=no; shift ;;
      *) fail "$1 is not known here. Options: --join file:PATH, --prefix FOLDER, --no-service" ;;
    esac
  done
  case "$join" in
    '' | file:*) ;;
    *) fail 'A token in an argument is seen by everyone on this computer. Put it into a file: --join file:PATH' ;;
  esac

  need tar 'install it with your package manager'
  need sha256sum 'install coreutils'
  need node 'install Node.js 20.19 or newer, see https://nodejs.org/en/download'
  node -e 'const [a, b] = process.versions.node.split(".").map(Number); process.exit(a > 20 || (a === 20 && b >= 19) ? 0 : 1)' ||
    fail "Node.js $(node --version) is too old. Install 20.19 or newer, see https://nodejs.org/en/download"
  need ffmpeg 'install it: apt-get install ffmpeg'

  place="$prefix/lib/gantry-agent"
  work=$(mktemp -d)
  trap 'rm -rf "$work"' EXIT
  say "Fetching the agent $version from $registry"
  fetch "$registry/install/gantry-agent.tgz" "$work/agent.tgz"
  echo "$sha256  $work/agent.tgz" | sha256sum -c - >/dev/null 2>&1 ||
    fail 'What was downloaded is not what the registry announced. Try again; if it stays, tell who runs the registry.'
  tar -xzf "$work/agent.tgz" -C "$work"
  "$work/gantry-agent/bin/gantry" version >/dev/null || fail 'The agent does not start on this computer.'

  # The old version stays beside the new one: `gantry-agent.before` is the way back.
  mkdir -p "$prefix/lib" "$prefix/bin" || fail "$prefix cannot be written. Run this with sudo, or with --prefix FOLDER."
  rm -rf "$place.new"
  cp -R "$work/gantry-agent" "$place.new"
  if [ -e "$place" ]; then
    rm -rf "$place.before"
    mv "$place" "$place.before"
  fi
  mv "$place.new" "$place"
  ln -sfn "$place/bin/gantry" "$prefix/bin/gantry"
  say "Installed $prefix/bin/gantry"

  if [ "$service" = no ] || ! [ -d /run/systemd/system ]; then
    say "Next: $prefix/bin/gantry up --registry $registry"
    return 0
  fi
  "$prefix/bin/gantry" service install --registry "$registry" ${join:+--join "$join"}
}

say() { printf '%s\n' "$1" >&2; }
fail() { say "gantry: $1"; exit 1; }
need() { command -v "$1" >/dev/null 2>&1 || fail "$1 is missing: $2"; }
fetch() {
  if command -v curl >/dev/null 2>&1; then
    curl -fsSL --retry 3 -o "$2" "$1" || fail "$1 cannot be downloaded."
  else
    need wget 'install curl or wget'
    wget -q -O "$2" "$1" || fail "$1 cannot be downloaded."
  fi
}

gantry_install "$@"; exit; }
