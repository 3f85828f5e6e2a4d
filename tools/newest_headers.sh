#!/usr/bin/env bash
# SPDX-License-Identifier: MIT
# newest_headers.sh FOLDER: unpacks the next Debian's Eigen, xtensor and Boost headers into FOLDER/root, for the test that
# contrastive works with both generations of each. Nothing is installed.
set -euo pipefail
mkdir -p "$1/lists/partial"
cd "$1"
if [ -e root/usr/include/eigen3/Eigen/Core ]; then exit 0; fi
awk 'NF == 0 { exit } /^Suites:/ { $0 = "Suites: forky" } { print }' \
  /etc/apt/sources.list.d/debian.sources >forky.sources
options=(-oDir::State::Lists="$PWD/lists" -oDir::Etc::SourceList=/dev/null -oDir::Etc::SourceParts="$PWD"
         -oAPT::Sandbox::User=root)
apt-get -qq "${options[@]}" update
apt-get -qq "${options[@]}" download libeigen3-dev libxtensor-dev xtl-dev libxsimd-dev libboost1.92-dev
for package in *.deb; do dpkg -x "$package" root; done
