# SPDX-License-Identifier: MIT
# Golden values of exact t-SNE: python tests/golden/tsne.py (made with scikit-learn 1.9).
#
# x (60, 5): three clusters; y (60, 2): some map. cost: KL(P || Q) at y by scikit-learn's own functions, gradient its
# gradient; perplexity 8. least: the smallest cost of three runs of scikit-learn's TSNE(method="exact").
import numpy
from golden_file import golden_file
from scipy.spatial.distance import pdist, squareform
from sklearn.manifold import TSNE
from sklearn.manifold._t_sne import _joint_probabilities, _kl_divergence

random = numpy.random.default_rng(3)
file = golden_file("tsne")
x = numpy.round((random.normal(size=(60, 5)) + 2 * random.normal(size=(3, 5))[numpy.arange(60) % 3]) * 256) / 256
y = numpy.round(random.normal(size=(60, 2)) * 256) / 256
p = _joint_probabilities(squareform(pdist(x, "sqeuclidean")).astype(numpy.float32), 8, 0)
cost, gradient = _kl_divergence(y.ravel(), p, 1, 60, 2)
file.add("x", x)
file.add("y", y)
file.add("cost", cost)
file.add("gradient", gradient.reshape(60, 2))
runs = [TSNE(perplexity=8, method="exact", init="random", random_state=s).fit(x).kl_divergence_ for s in range(3)]
file.add("least", min(runs))
file.write()
