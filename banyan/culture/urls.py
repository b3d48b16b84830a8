from django.urls import path

from . import hub, start, studio, views
from .amendments import studio as amendment_studio
from .amendments import views as amendments
from .chronicle import views as chronicle
from .examples import views as examples
from .experiments import views as experiments
from .goals import views as goals
from .pulse import views as pulse
from .rituals import views as rituals

urlpatterns = [
    path("start", start.start, name="start"),
    path("start/slug", start.slug_state, name="start-slug"),
]
community_urlpatterns = [
    path("charter", views.charter, name="charter"),
    path("charter/sign", views.sign, name="charter-sign"),
    path("charter/<int:version>", views.charter_version, name="charter-version"),
    path("charter/history", amendments.history, name="charter-history"),
    path("charter/propose", amendments.propose, name="charter-propose"),
    path("charter/changes/<oid:id>", amendments.amendment, name="amendment"),
    path("charter/changes/<oid:id>/vote", amendments.vote, name="amendment-vote"),
    path("charter/changes/<oid:id>/comments", amendments.comment, name="amendment-comment"),
    path("charter/changes/<oid:id>/withdraw", amendments.withdraw, name="amendment-withdraw"),
    path(
        "charter/comments/<oid:id>/remove",
        amendments.remove_comment,
        name="amendment-comment-remove",
    ),
    path(
        "charter/comments/<oid:id>/restore",
        amendments.restore_comment,
        name="amendment-comment-restore",
    ),
    path("join", views.join, name="join"),
    path("goals", goals.goals, name="goals"),
    path("examples/<slug:kind>/<oid:id>/nominate", examples.nominate, name="example-nominate"),
    path("examples/<oid:id>/withdraw", examples.withdraw, name="example-withdraw"),
    path("rituals", rituals.rituals, name="rituals"),
    path("rituals/<oid:id>", rituals.ritual, name="ritual"),
    path("rituals/<oid:id>/volunteer", rituals.volunteer, name="ritual-volunteer"),
    path("rituals/<oid:id>/stop", rituals.stop, name="ritual-stop"),
    path("rituals/turns/<oid:id>/skip", rituals.skip, name="turn-skip"),
    path("rituals/turns/<oid:id>/swap", rituals.swap, name="turn-swap"),
    path("rituals/turns/<oid:id>/agree", rituals.agree, name="turn-agree"),
    path("chronicle", chronicle.chronicle, name="chronicle"),
    path("pulse", pulse.pulse, name="pulse"),
    path("pulse/again", pulse.again, name="pulse-again"),
]
studio_urlpatterns = [
    path("charter", studio.charter, name="studio-charter"),
    path("charter/rules", amendment_studio.policy, name="studio-charter-rules"),
    path("culture", hub.culture, name="studio-culture"),
    path("goals/new", goals.new, name="studio-goal-new"),
    path("goals/<oid:id>/give-up", goals.give_up, name="studio-goal-give-up"),
    path("rituals/new", rituals.new, name="studio-ritual-new"),
    path("rituals/<oid:id>/edit", rituals.edit, name="studio-ritual-edit"),
    path("rituals/<oid:id>/rest", rituals.rest, name="studio-ritual-rest"),
    path("rituals/<oid:id>/wake", rituals.wake, name="studio-ritual-wake"),
    path("examples", examples.waiting, name="studio-examples"),
    path("examples/<oid:id>/<slug:do>", examples.decide, name="studio-example-decide"),
    path("chronicle/add", chronicle.add, name="studio-page-add"),
    path("chronicle/<oid:id>/hide", chronicle.hide, name="studio-page-hide"),
    path("chronicle/<oid:id>/show", chronicle.show, name="studio-page-show"),
    path("pulse", pulse.findings, name="studio-pulse"),
    path("experiments", experiments.experiments, name="studio-experiments"),
    path("experiments/<oid:id>/end", experiments.end, name="studio-experiment-end"),
]
