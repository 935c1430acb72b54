"""How submissions are reviewed, in the admin."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class ReviewConfig(AppConfig):
    """The queue, the page of one submission, who reads it and what they say among themselves."""

    name = "review"
    verbose_name = _("review")

    def ready(self) -> None:
        from contributions import todo, workflow  # noqa: PLC0415  models exist only now
        from review import assigning, links  # noqa: PLC0415

        workflow.guard(workflow.Action.APPROVE, assigning.check_reviews)
        workflow.follow(workflow.Action.SUBMIT, links.check_later)
        todo.register(assigning.asked_of)
