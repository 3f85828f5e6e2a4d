// expect: embedding takes tokens: the first layer of a network whose sample is tokens<Length, Words>
#include <contrastive/net/network.hpp>
#include <contrastive/nn/embedding.hpp>
#include <contrastive/nn/linear.hpp>
namespace ct = contrastive;
#ifdef CONTRASTIVE_CORRECTED
using net = ct::sequential<ct::embedding<8>>;
#else
using net = ct::sequential<ct::linear<4>, ct::embedding<8>>;
#endif
static_assert(ct::Accepts<net, std::conditional_t<(net::depth > 1), ct::features<7>, ct::tokens<7, 3>>>);
