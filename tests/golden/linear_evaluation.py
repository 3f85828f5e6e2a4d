# SPDX-License-Identifier: MIT
# Golden values of evaluations: python tests/golden/linear_evaluation.py (made with scikit-learn 1.9, numpy 2.4.6, scipy).
#
# known (90, 12) and asked (40, 12) are features of three unbalanced classes, the fourth of them constant, the fifth far from 0.
# Per l2: the least value of mean cross-entropy + l2 * |W|^2 on standardized features, by scikit-learn's LogisticRegression
# (its C is 1 / (2 * rows * l2)), the probabilities of `asked`, its classes. knn: the classes by 5 nearest neighbors with
# votes exp((similarity - 1) / 0.1). numbers: alignment, uniformity (Wang & Isola 2020), effective rank (Roy & Vetterli
# 2007), and for false negatives the share and similarity, of the rows of `known` taken as pairs of views.
import numpy
from golden_file import golden_file
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import log_loss
from sklearn.neighbors import KNeighborsClassifier
from sklearn.preprocessing import StandardScaler, normalize

random = numpy.random.default_rng(7)
file = golden_file("linear_evaluation", f"scikit-learn {__import__('sklearn').__version__}")


def features(count):
    labels = random.choice(3, count, p=[0.5, 0.3, 0.2])
    x = random.normal(size=(count, 12)) + 0.7 * numpy.eye(3, 12)[labels] @ mixing
    x = numpy.maximum(x, 0)
    x[:, 3] = 0.5
    x[:, 4] += 100
    return numpy.round(x * 1024) / 1024, labels    # exact in float


mixing = random.normal(size=(12, 12))
known, labels = features(90)
asked, truth = features(40)
file.add("known", known)
file.add("labels", labels)
file.add("asked", asked)
file.add("truth", truth)

scaler = StandardScaler().fit(known)
a, b = scaler.transform(known), scaler.transform(asked)
for name, l2 in {"l2_0.001": 0.001, "l2_0.01": 0.01, "l2_1": 1.0}.items():
    model = LogisticRegression(C=1 / (2 * len(a) * l2), solver="newton-cg", tol=1e-12, max_iter=10000).fit(a, labels)
    loss = log_loss(labels, model.predict_proba(a)) + l2 * (model.coef_**2).sum()
    file.case(name, l2=l2, loss=loss, predicted=model.predict(b))

votes = KNeighborsClassifier(5, metric="cosine", weights=lambda distance: numpy.exp(-distance / 0.1))
file.add("knn", votes.fit(known, labels).predict(asked))

# two views of 45 samples: rows i and i + 45
z = normalize(known - known.mean(0))
file.add("z", z)
z = z.astype(numpy.float32).astype(float)
z = normalize(z)
sample_labels = labels[:45]
file.add("alignment", ((z[:45] - z[45:]) ** 2).sum(1).mean())
squared = ((z[:, None] - z[None]) ** 2).sum(2)[numpy.triu_indices(len(z), 1)]
file.add("uniformity", numpy.log(numpy.exp(-2 * squared).mean()))
singular = numpy.linalg.svd(known - known.mean(0), compute_uv=False)
share = singular / singular.sum()
share = share[share > 0]
file.add("effective_rank", numpy.exp(-(share * numpy.log(share)).sum()))
similarity, two = z @ z.T, numpy.concatenate([sample_labels, sample_labels])
sample = numpy.arange(90) % 45
negative = sample[:, None] != sample[None]
false = negative & (two[:, None] == two[None])
file.add("false_share", false.sum() / negative.sum())
file.add("false_similarity", similarity[false].mean())
file.add("true_similarity", similarity[negative & ~false].mean())
file.add("positive_similarity", (z[:45] * z[45:]).sum(1).mean())
file.write()
