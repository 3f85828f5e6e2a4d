// SPDX-License-Identifier: MIT
#pragma once
// The umbrella: all that needs no other library. A device comes from <contrastive/cpu.hpp> or one of its neighbors.
#include <contrastive/augment/horizontal_flip.hpp>
#include <contrastive/augment/intensity_jitter.hpp>
#include <contrastive/augment/normalize.hpp>
#include <contrastive/augment/random_resized_crop.hpp>
#include <contrastive/backend/reference.hpp>
#include <contrastive/data/fashion_mnist.hpp>
#include <contrastive/data/labeled_fraction.hpp>
#include <contrastive/data/memory.hpp>
#include <contrastive/data/views.hpp>
#include <contrastive/evaluate/nearest_neighbors.hpp>
#include <contrastive/loss/cross_entropy.hpp>
#include <contrastive/loss/nt_xent.hpp>
#include <contrastive/loss/sup_con.hpp>
#include <contrastive/models/mlp.hpp>
#include <contrastive/models/resnet.hpp>
#include <contrastive/models/small_convnet.hpp>
#include <contrastive/models/vgg.hpp>
#include <contrastive/train/checkpoints.hpp>
#include <contrastive/train/metrics_log.hpp>
#include <contrastive/train/pipeline.hpp>
#include <contrastive/train/progress_bar.hpp>
#include <contrastive/train/stop_on_interrupt.hpp>
