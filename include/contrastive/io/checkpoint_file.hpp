// SPDX-License-Identifier: MIT
#pragma once
// Checkpoint files: named arrays and texts, checked by a sum, written whole or not at all.
#include <contrastive/io/checkpoint_reader.hpp>
#include <contrastive/io/checkpoint_writer.hpp>
