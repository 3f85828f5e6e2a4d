#!/usr/bin/env bash
# SPDX-License-Identifier: MIT
# open_report.sh PAGE SCREENSHOT [FIGURES [TAG]]: opens the page in headless Chromium, at a desk's width and a phone's: it draws every
# figure and leaves the console empty. Skipped (exit 77) where there is no Chromium.
set -euo pipefail
browser=$(command -v chromium || command -v chromium-browser || command -v google-chrome) || { echo "skipped: no Chromium" && exit 77; }
page=$(realpath "$1") shot=$2 least=${3:-8} tag=${4:-<svg} log=$(mktemp) folder=$(mktemp -d)
trap 'rm -rf "$log" "$folder"' EXIT
open() { timeout 60 "$browser" --headless --no-sandbox --disable-gpu --disable-dev-shm-usage --hide-scrollbars --user-data-dir="$folder" \
  --enable-logging=stderr --log-level=0 "$@" "file://$page" 2>>"$log"; }
open --window-size=1000,2600 --screenshot="$(realpath "$shot")" >/dev/null
open --window-size=500,900 --screenshot="$(realpath "${shot%.png}-phone.png")" >/dev/null
figures=$(open --dump-dom | grep -o "$tag" | wc -l)
if grep CONSOLE "$log"; then echo "the console is not empty" && exit 1; fi
[ -s "$shot" ] && [ "$figures" -ge "$least" ] || { echo "$figures figures were drawn" && cat "$log" && exit 1; }
echo "$figures figures, no message: $shot"
