// SPDX-License-Identifier: MIT
// The fuzzers' files, read by every reader as the fuzzers call them (the PNG reader's are quickstart_test's).
#include "reliability/fuzz/corpus.hpp"
#include "reliability/fuzz/readers.hpp"
#include "reliability/fuzz/weights.hpp"

TEST_CASE("readers answer what hostile files are, and read what is whole") {
  fuzz::check_corpus("idx", fuzz::idx);
  fuzz::check_corpus("gz", fuzz::gz);
  fuzz::check_corpus("cifar10", fuzz::cifar10);
  fuzz::check_corpus("npy", fuzz::npy);
  fuzz::check_corpus("safetensors", fuzz::safetensors);
  fuzz::check_corpus("checkpoint", fuzz::checkpoint);
  fuzz::check_corpus("header_text", fuzz::header_text);
  fuzz::check_corpus("weights", fuzz::weights);
}
