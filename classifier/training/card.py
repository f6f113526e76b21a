"""The model card: what the weights are for, what they are worth, and what they are not."""

from __future__ import annotations

from typing import Any

from classifier.weights import Manifest

_TEMPLATE = """# Model card: {version}

A linear model on hashed character n-grams (n = 1 to {order}) that reads the title and the content of a 12345 work order
and answers three questions: which kind of unit handles it ({units} kinds), which level-1 category it belongs to
({categories}), and what kind of request it is ({types}). {features:,} hashed features, int8 weights with one scale
per class, probabilities calibrated by temperature.

## Intended use
Suggest units to an operator, with reasons, and dispatch automatically above a threshold that keeps a promised
precision. The reasons are words of the order's own text. It is no judgement on people and none on the merits of
a request.

## Data
{sources}

Handler, co-handler, evidence, certainty, request type and category of the dispatch sets are the project's own
annotation; the seven-class labels are those of the 2020 Taidi Cup, problem C. The texts come from public
repositories of entries to that competition (jesHrz/tipdm, Syucryingstar/NLP_tipdm,
694035434/Natural-language-processing-and-text-mining, Rollbear-bot/HelloNLP-TopicC-in-TipDMCup2020,
15625103741/Text-Mining); most of these carry no licence, so the data is not part of this project. **The weights
contain no text of it and no list of its words:** a feature is known by the hash of its characters only.

## Licence
The weights: {licence}.

## Scores
Measured on {measured}. Texts of the training side that nearly repeat a measured text were removed.
95 % bootstrap intervals in brackets.

| head | rows | top-1 | top-3 | macro-F1 | ECE before | ECE after | decidable at 80 / 90 / 95 % |
|---|---|---|---|---|---|---|---|
{scores}
{restricted}
`category` is measured on the official labels of seven of the classes with all classes allowed as answers;
`category_dispatch` on the project's own labels. For `unit` the temperature comes from earlier windows only;
for the other heads it was fitted on the rows measured, so their "after" is a little flattering (`category_dispatch`
is shown at the temperature of `category`).
"Decidable" is a point estimate; the thresholds of the manifest keep a lower bound:
{threshold_note}

{notes}

## Limits
- Orders of one province's message board, 2010 to 2020, with place names masked. Another city's units divide duties
  otherwise, and what was nobody's business then may have a unit now: check the scores on your own closed orders.
- Who handled an order is known for some rows from the published reply and inferred for the others; the street office
  against the functional bureau is the commonest confusion, and the text alone often does not settle it.
- Classes with few rows (see the macro-F1) are rarely suggested first.
- Simplified Chinese. Traditional characters are read as unknown characters.
- The first {max_content} characters of a content are read.
"""


def render(manifest: Manifest) -> str:
    """The card as Markdown."""
    sources = "\n".join(
        f"- `{s.name}` ({s.rows:,} rows"
        + (f", posted {s.posted_from} to {s.posted_to}" if s.posted_from else "")
        + (", for measuring only" if not s.rows_used else "")
        + f"; sha256 {s.sha256[:16]}…)"
        for s in manifest.created_from
    )
    heads = [(name, s) for name, s in manifest.scores.items() if isinstance(s, dict) and "top1" in s]
    restricted = manifest.scores.get("category", {}).get("macro_f1_restricted")
    return _TEMPLATE.format(
        version=manifest.model_version,
        order=manifest.order,
        units=len(manifest.heads["unit"].classes),
        categories=len(manifest.heads["category"].classes),
        types=len(manifest.heads["request_type"].classes),
        features=manifest.features,
        sources=sources,
        licence=manifest.licence,
        measured=manifest.scores["measured_on"],
        scores="\n".join(_line(name, scores) for name, scores in heads),
        restricted=f"\nCategory macro-F1 with the answer restricted to the seven classes: {_value(restricted)}.\n"
        if restricted
        else "",
        threshold_note=manifest.threshold_note,
        notes="\n".join(manifest.notes),
        max_content=manifest.max_content,
    )


def _line(name: str, scores: dict[str, Any]) -> str:
    shares = " / ".join(f"{share:.1%}" for share in scores["decidable"].values())
    cells = [_value(scores[key]) for key in ("top1", "top3", "macro_f1")]
    ece = [f"{scores['ece_before']:.3f}", f"{scores['ece_after']:.3f}"]
    return "| " + " | ".join([f"`{name}`", str(scores["rows"]), *cells, *ece, shares]) + " |"


def _value(score: dict[str, Any]) -> str:
    return f"{score['value']:.3f} [{score['ci95'][0]:.3f}, {score['ci95'][1]:.3f}]"
