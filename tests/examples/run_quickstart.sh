#!/usr/bin/env bash
# SPDX-License-Identifier: MIT
# run_quickstart.sh: the quick start for one epoch, as a person runs it: its summary, its page in a browser, and its messages
# for what is wrong.
set -euo pipefail
here=$(cd "$(dirname "$0")" && pwd) root=$(cd "$(dirname "$0")/../.." && pwd)
mkdir -p "$root/build/quickstart-run" && cd "$root/build/quickstart-run"
rm -f quickstart.html "$root/build/summary.json"
fail() { echo "run_quickstart.sh: $*" >&2 && exit 1; }

"$root/quickstart.sh" --epochs 1 --summary "$root/build/summary.json"
"$here/check_summary.sh" "$root/build/summary.json"
"$here/open_report.sh" quickstart.html report.png || fail "the page in Chromium"

# expect CODE TEXT ARGUMENTS...: the script, or the program that it built, ends with this code and says so
command=$root/quickstart.sh
expect() {
  local code=0 said
  said=$("$command" "${@:3}" 2>&1) || code=$?
  [ "$code" = "$1" ] && [[ $said == *"$2"* ]] || fail "${*:3}: expected $1 and '$2', got $code: ${said: -300}"
}
expect 2 'there is no option --epoch' --epoch 1
expect 2 'there is no device abacus' --device abacus
expect 105 '--epochs' --epochs none
expect 0 '--summary FILE' --help
command=$root/build/quickstart-cpu-fashion_mnist/examples/quickstart/quickstart
expect 2 'quickstart.sh --data FOLDER builds the program that a folder needs' --data "$root/docs"
echo "the quick start runs, and says what is wrong"
