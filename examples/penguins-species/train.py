"""Tell a penguin's species by its measurements, each bird by models that have not seen it."""

import pandas as pd
from sklearn.compose import make_column_transformer
from sklearn.impute import SimpleImputer
from sklearn.linear_model import LogisticRegression
from sklearn.model_selection import StratifiedKFold, cross_val_predict
from sklearn.naive_bayes import GaussianNB
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import OneHotEncoder, StandardScaler

MEASURES = ["bill_length_mm", "bill_depth_mm", "flipper_length_mm", "body_mass_g"]
KINDS = ["island", "sex"]
CLASSES = ["Adelie", "Chinstrap", "Gentoo"]

MODELS = {
    "baseline": make_pipeline(
        make_column_transformer((SimpleImputer(), MEASURES)),
        GaussianNB(),
    ),
    "candidate": make_pipeline(
        make_column_transformer(
            (make_pipeline(SimpleImputer(), StandardScaler()), MEASURES),
            (OneHotEncoder(handle_unknown="ignore"), KINDS),
        ),
        LogisticRegression(max_iter=10_000),
    ),
}


def main():
    birds = pd.read_csv("data/penguins.csv")
    folds = StratifiedKFold(10, shuffle=True, random_state=0)
    for name, model in MODELS.items():
        scores = cross_val_predict(
            model, birds[MEASURES + KINDS], birds["species"], cv=folds, method="predict_proba"
        )
        predictions = pd.DataFrame(scores, columns=[f"p_{species}" for species in CLASSES])
        predictions.insert(0, "id", birds["id"])
        predictions.to_csv(f"predictions/{name}.csv", index=False, lineterminator="\n")


if __name__ == "__main__":
    main()
