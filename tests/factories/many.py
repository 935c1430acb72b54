"""Many published contributions at once, as copies of one that went the whole way."""

from __future__ import annotations

from contributions import indexing, kinds
from contributions.models import Contribution, ContributionObjective, Revision


def copies(first: Contribution, number: int) -> list[Contribution]:
    """`number` more like `first`: same content, own code and title. Indexed together."""
    kind = kinds.get(first.kind)
    made: list[Contribution] = []
    for i in range(1, number + 1):
        row = kind.model._default_manager.get(pk=first.pk)
        live = Revision.objects.get(pk=first.live_id)
        countries = list(row.countries.all())
        objectives = list(row.objective_links.all())
        row.pk = row.id = None
        row.contribution_ptr = None
        row._state.adding = True
        row.code, row.title, row.live = f"{kind.prefix}-{7000 + i}", f"{first.title} {i}", None
        row.status = Contribution.Status.DRAFT
        row.save(force_insert=True)
        live.pk, live.contribution_id = None, row.pk
        live.save(force_insert=True)
        row.live, row.status = live, Contribution.Status.PUBLISHED
        row.save(update_fields=["live", "status"])
        row.countries.set(countries)
        ContributionObjective.objects.bulk_create(
            ContributionObjective(
                contribution_id=row.pk, objective_id=link.objective_id, is_primary=link.is_primary
            )
            for link in objectives
        )
        made.append(row)
    indexing.refresh_many(Contribution.objects.filter(pk__in=[row.pk for row in made]))
    return made
