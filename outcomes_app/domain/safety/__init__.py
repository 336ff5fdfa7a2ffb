"""The safety rules of a visit, run over the facts of that visit.

`engine.findings` is the door. Rules only inform: what stops signing, and whether a reason lifts it,
is said by the rule's own entry in resources/safety_rules.toml.
"""
