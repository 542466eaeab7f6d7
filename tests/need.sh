#!/bin/sh
# Installs the named Debian packages that are missing; with none missing it does nothing.
set -eu
missing=
for package; do
	dpkg-query -W -f '${Status}\n' "$package" 2>/dev/null | grep -q ' installed$' || missing="$missing $package"
done
[ -n "$missing" ] || exit 0
echo "Installing:$missing"
as_root=
if [ "$(id -u)" != 0 ]; then
	command -v sudo >/dev/null || {
		echo "These Debian packages are missing:$missing" >&2
		echo "Install them as root: apt-get install$missing" >&2
		exit 2
	}
	as_root=sudo
fi
export DEBIAN_FRONTEND=noninteractive
# shellcheck disable=SC2086
$as_root apt-get install -y -q --no-install-recommends $missing >/dev/null 2>&1 || {
	$as_root apt-get update -q >/dev/null
	$as_root apt-get install -y -q --no-install-recommends $missing >/dev/null
}
