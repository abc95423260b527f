"""The verbs: one function per use case, the unit of work first. No Flask, no marshmallow, no commits."""
