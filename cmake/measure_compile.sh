#!/bin/sh
# SPDX-License-Identifier: MIT
# measure_compile.sh COMPILER ARGUMENTS...: runs it and adds "user seconds, peak KiB, source" to $CONTRASTIVE_COMPILE_LOG.
source=
for argument in "$@"; do
  case $argument in *.cpp | *.cxx | *.hxx) source=$argument ;; esac
done
object=
previous=
for argument in "$@"; do
  [ "$previous" = -o ] && object=$argument
  previous=$argument
done
exec /usr/bin/time -q -a -o "$CONTRASTIVE_COMPILE_LOG" -f "%U\t%M\t${object:-$source}\t$source" "$@"
