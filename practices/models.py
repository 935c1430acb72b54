"""Practice and Lesson: the columns that belong to these kinds alone (records.md §2 and §3)."""

from __future__ import annotations

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.utils.translation import gettext_lazy as _

from contributions.models import Contribution, ContributionRow, Stakeholder


class Practice(Contribution):
    """Something that was done against trafficking or smuggling, told so that others can use it."""

    class Type(models.TextChoices):
        LAW = "law", _("Law")
        POLICY = "policy", _("Policy, strategy or national action plan")
        INSTITUTION = "institution", _("Institution or coordination body")
        PROCEDURE = "procedure", _("Procedure, guideline or SOP")
        TRAINING = "training", _("Training")
        INVESTIGATION = "investigation", _("Investigation or prosecution technique")
        IDENTIFICATION = "identification", _("Victim identification")
        REFERRAL = "referral", _("Referral mechanism")
        SHELTER = "shelter", _("Shelter or service")
        AWARENESS = "awareness", _("Awareness campaign")
        TECHNOLOGY = "technology", _("Data or technology tool")
        NETWORK = "network", _("Cooperation network")
        PARTNERSHIP = "partnership", _("Partnership")

    class Maturity(models.TextChoices):
        """The ladder of FAO's good-practice template, with a last step of our own."""

        INNOVATION = "innovation", _("Innovation")
        PROMISING = "promising", _("Promising practice")
        GOOD = "good", _("Good practice")
        INSTITUTIONALISED = "institutionalised", _("Institutionalised")

    class RouteRole(models.TextChoices):
        ORIGIN = "origin", _("Origin")
        TRANSIT = "transit", _("Transit")
        DESTINATION = "destination", _("Destination")
        INTERNAL = "internal", _("Within the country")

    class Exploitation(models.TextChoices):
        """Protocol against Trafficking in Persons, article 3 (a), and forms named in practice."""

        SEXUAL = "sexual", _("Sexual exploitation")
        LABOUR = "labour", _("Forced labour or services")
        SLAVERY = "slavery", _("Slavery or similar practices")
        SERVITUDE = "servitude", _("Servitude")
        ORGANS = "organs", _("Removal of organs")
        CRIMINALITY = "criminality", _("Forced criminality")
        BEGGING = "begging", _("Forced begging")
        MARRIAGE = "marriage", _("Forced marriage")
        ONLINE_CHILD = "online_child", _("Online child sexual exploitation and abuse")
        ARMED_GROUPS = "armed_groups", _("Recruitment by armed or extremist groups")

    class SmugglingAspect(models.TextChoices):
        LAND = "land", _("By land")
        SEA = "sea", _("By sea")
        AIR = "air", _("By air")
        DOCUMENTS = "documents", _("Document fraud")
        AGGRAVATED = "aggravated", _("Aggravated smuggling")

    class TargetGroup(models.TextChoices):
        VICTIMS = "victims", _("Victims of trafficking")
        CHILDREN = "children", _("Children")
        UNACCOMPANIED_MINORS = "unaccompanied_minors", _("Unaccompanied minors")
        SMUGGLED_MIGRANTS = "smuggled_migrants", _("Smuggled migrants")
        VULNERABLE_MIGRANTS = (
            "vulnerable_migrants",
            _("Migrants vulnerable to violence, exploitation and abuse"),
        )
        POLICE = "police", _("Police")
        PROSECUTORS = "prosecutors", _("Prosecutors")
        JUDGES = "judges", _("Judges")
        LABOUR_INSPECTORS = "labour_inspectors", _("Labour inspectors")
        BORDER_OFFICIALS = "border_officials", _("Border officials")
        SOCIAL_WORKERS = "social_workers", _("Social workers")
        NGOS = "ngos", _("Non-governmental organisations")
        YOUTH = "youth", _("Youth bodies")
        PARLIAMENTARIANS = "parliamentarians", _("Parliamentarians")
        POLICY_MAKERS = "policy_makers", _("Policy makers")

    class Implementation(models.TextChoices):
        PLANNED = "planned", _("Planned: not yet a practice")
        RUNNING = "running", _("Running")
        COMPLETED = "completed", _("Completed")
        SUSPENDED = "suspended", _("Suspended")

    class CostBand(models.TextChoices):
        LOW = "low", _("Low: own staff and rooms")
        MEDIUM = "medium", _("Medium: some funds needed")
        HIGH = "high", _("High: a budget of its own")

    class Evidence(models.TextChoices):
        CLAIM = "claim", _("Claim only")
        MONITORING = "monitoring", _("Own monitoring")
        EVALUATION = "evaluation", _("External evaluation")
        PEER_REVIEWED = "peer_reviewed", _("Peer reviewed")

    class Marker(models.TextChoices):
        NONE = "none", _("None")
        MAINSTREAMED = "mainstreamed", _("Mainstreamed")
        RESPONSIVE = "responsive", _("Responsive")
        THEORY_OF_CHANGE = "theory_of_change", _("Built into the theory of change")

    practice_type = models.CharField(_("type"), max_length=20, choices=Type, blank=True)
    maturity = models.CharField(_("maturity"), max_length=20, choices=Maturity, blank=True)
    challenge_addressed = models.TextField(_("challenge it answers"), blank=True)
    context = models.TextField(_("context"), blank=True)
    route_role = ArrayField(
        models.CharField(max_length=12, choices=RouteRole),
        verbose_name=_("place on the route"), default=list, blank=True,
    )  # fmt: skip
    forms_of_exploitation = ArrayField(
        models.CharField(max_length=20, choices=Exploitation),
        verbose_name=_("forms of exploitation"), default=list, blank=True,
    )  # fmt: skip
    smuggling_aspects = ArrayField(
        models.CharField(max_length=12, choices=SmugglingAspect),
        verbose_name=_("aspects of smuggling"), default=list, blank=True,
    )  # fmt: skip
    target_groups = ArrayField(
        models.CharField(max_length=24, choices=TargetGroup),
        verbose_name=_("for whom"), default=list, blank=True,
    )  # fmt: skip
    beneficiaries = models.TextField(_("who benefits in the end"), blank=True)
    approach = models.TextField(_("how it was done"), blank=True)
    start_date = models.CharField(_("begun"), max_length=10, blank=True)
    end_date = models.CharField(_("ended"), max_length=10, blank=True)
    implementation_status = models.CharField(
        _("status"), max_length=12, choices=Implementation, blank=True
    )
    cost_band = models.CharField(_("cost"), max_length=8, choices=CostBand, blank=True)
    resources_needed = models.TextField(_("resources needed"), blank=True)
    legal_basis = models.TextField(_("legal basis"), blank=True)
    evidence_level = models.CharField(_("evidence"), max_length=16, choices=Evidence, blank=True)
    success_factors = models.TextField(_("what helped"), blank=True)
    constraints = models.TextField(_("what stood in the way"), blank=True)
    how_overcome = models.TextField(_("how it was overcome"), blank=True)
    what_did_not_work = models.TextField(_("what did not work"), blank=True)
    sustainability = models.TextField(_("what keeps it alive"), blank=True)
    replicability = models.TextField(_("if you copy it"), blank=True)
    marker_human_rights = models.CharField(
        _("human rights"), max_length=20, choices=Marker, blank=True
    )
    marker_human_rights_reason = models.CharField(_("why"), max_length=300, blank=True)
    marker_gender = models.CharField(_("gender"), max_length=20, choices=Marker, blank=True)
    marker_gender_reason = models.CharField(_("why"), max_length=300, blank=True)
    marker_age = models.CharField(_("age and children"), max_length=20, choices=Marker, blank=True)
    marker_age_reason = models.CharField(_("why"), max_length=300, blank=True)
    marker_society = models.CharField(
        _("whole of society"), max_length=20, choices=Marker, blank=True
    )
    marker_society_reason = models.CharField(_("why"), max_length=300, blank=True)

    adapts = models.ForeignKey(
        Contribution,
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        related_name="adaptations",
        verbose_name=_("adapted from"),
    )

    class Meta:
        verbose_name = _("good practice")
        verbose_name_plural = _("good practices")


class Result(ContributionRow):
    """What came of a practice, at which level, and how one knows."""

    class ImpactLevel(models.TextChoices):
        """The four levels named in the workshop's concluding points."""

        PERSONAL = "personal", _("Personal")
        PRIORITIES = "priorities", _("Priorities")
        INSTITUTIONAL = "institutional", _("Institutional")
        BENEFICIARIES = "beneficiaries", _("Final beneficiaries")

    practice = models.ForeignKey(Practice, on_delete=models.CASCADE, related_name="results")
    statement = models.TextField(_("result"))
    impact_level = models.CharField(
        _("level of impact"), max_length=16, choices=ImpactLevel, blank=True
    )
    indicator = models.CharField(_("indicator"), max_length=200, blank=True)
    baseline = models.CharField(_("before"), max_length=100, blank=True)
    value = models.CharField(_("after"), max_length=100, blank=True)
    year = models.CharField(_("year"), max_length=4, blank=True)
    source = models.CharField(_("source"), max_length=300, blank=True)

    class Meta:
        verbose_name = _("result")
        verbose_name_plural = _("results")

    def __str__(self) -> str:
        return self.statement


class PracticeStakeholder(Stakeholder):
    """A body that took part in a practice."""

    practice = models.ForeignKey(Practice, on_delete=models.CASCADE, related_name="stakeholders")


class BuildingBlock(ContributionRow):
    """A part of a practice that another country can keep, change or leave out."""

    practice = models.ForeignKey(Practice, on_delete=models.CASCADE, related_name="building_blocks")
    title = models.CharField(_("title"), max_length=200)
    description = models.TextField(_("description"), blank=True)
    enabling_factors = models.TextField(_("what makes it possible"), blank=True)

    class Meta:
        verbose_name = _("building block")
        verbose_name_plural = _("building blocks")

    def __str__(self) -> str:
        return self.title


class Lesson(Contribution):
    """One sentence learned: when X, do or avoid Y, because Z; what did not work counts as much."""

    class Type(models.TextChoices):
        WORKED = "worked", _("Worked")
        DID_NOT_WORK = "did_not_work", _("Did not work")
        CHALLENGE = "challenge", _("Challenge")
        RECOMMENDED = "recommended", _("Recommended")

    lesson_type = models.CharField(_("type of lesson"), max_length=16, choices=Type, blank=True)
    statement = models.TextField(_("lesson in one sentence"), blank=True)
    what_happened = models.TextField(_("what happened"), blank=True)
    cause = models.TextField(_("cause"), blank=True)
    recommendation = models.TextField(_("recommendation"), blank=True)
    applies_to = ArrayField(
        models.CharField(max_length=20, choices=Practice.Type),
        verbose_name=_("applies to"), default=list, blank=True,
    )  # fmt: skip
    source_contribution = models.ForeignKey(
        Contribution,
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        related_name="lessons_drawn",
        verbose_name=_("learned from"),
    )
    anonymous_to_members = models.BooleanField(_("withhold the author's name"), default=False)

    class Meta:
        verbose_name = _("lesson learned")
        verbose_name_plural = _("lessons learned")
