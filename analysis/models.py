"""Facts per blob and trees per commit. Both are derived: deleting rows costs time, never knowledge."""

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models.functions import Now


class BlobFacts(models.Model):
    """What one version of one file says about itself, under its content's id: the same file is never read twice.

    `facts` is encoded by facts.py. The arrays are name keys, to find files by name without decoding them.
    `skipped` says why there are no facts, when there are none.
    """

    oid = models.CharField(max_length=64)
    language = models.CharField(max_length=30)
    version = models.PositiveIntegerField()
    facts = models.BinaryField(null=True)
    mentions = ArrayField(models.IntegerField(), default=list)
    guesses = ArrayField(models.IntegerField(), default=list)
    aliases = ArrayField(models.IntegerField(), default=list)
    defines = ArrayField(models.IntegerField(), default=list)
    skipped = models.CharField(max_length=100, blank=True, default="")
    created_at = models.DateTimeField(db_default=Now())

    class Meta:
        db_table = "analysis_blob_facts"
        verbose_name_plural = "blob facts"
        constraints = [
            models.UniqueConstraint(fields=["oid", "language", "version"], name="analysis_blob_facts_content")
        ]

    def __str__(self) -> str:
        return f"{self.language} {self.oid}"


class GraphSnapshot(models.Model):
    """The graph of one commit exists: its tree of analysed files, whose facts are all in BlobFacts.

    `tree` is compressed JSON of path to object id; `skipped` maps paths to the reason they are not in it.
    """

    repository = models.CharField(max_length=300)
    sha = models.CharField(max_length=64)
    version = models.PositiveIntegerField()
    tree = models.BinaryField()
    files = models.PositiveIntegerField()
    skipped = models.JSONField(default=dict)
    created_at = models.DateTimeField(db_default=Now())

    class Meta:
        db_table = "analysis_graph_snapshots"
        constraints = [
            models.UniqueConstraint(fields=["repository", "sha", "version"], name="analysis_graph_snapshots_commit")
        ]

    def __str__(self) -> str:
        return f"{self.repository}@{self.sha[:12]}"
