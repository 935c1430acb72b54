"""Addresses of writing, the way of a text, its versions, and one's own things."""

from __future__ import annotations

from django.urls import path

from contributions.views import (
    answers,
    check,
    editor,
    files,
    history,
    inbox,
    mails,
    offline,
    similar,
    steps,
    together,
)  # fmt: skip

app_name = "contributions"

one = "contributions/<str:code>"
urlpatterns = [
    path("inbox/", inbox.inbox, name="inbox"),
    path("inbox/read/", inbox.mark_all_read, name="mark_all_read"),
    path("inbox/<int:pk>/read/", inbox.mark_read, name="mark_read"),
    path("offline/<str:kind_name>/", offline.bring_back, name="offline"),
    path("offline/<str:kind_name>/<str:level>.docx", offline.blank, name="blank_file"),
    path("mine/", inbox.mine, name="mine"),
    path("profile/mails/", mails.mail_choices, name="mail_choices"),
    path("profile/mails/works/", mails.mail_works, name="mail_works"),
    path("mails/off/<str:token>/", mails.mail_off, name="mail_off"),
    path(f"{one}/edit/", editor.edit, name="edit"),
    path(f"{one}/autosave/", editor.autosave, name="autosave"),
    path(f"{one}/unsaved/", editor.unsaved, name="unsaved"),
    path(f"{one}/similar/", similar.similar, name="similar"),
    path(f"{one}/similar/panel/", similar.similar_panel, name="similar_panel"),
    path(f"{one}/attach/", files.attach, name="attach"),
    path(f"{one}/files/<uuid:key>/", files.read, name="file"),
    path(f"{one}/draft.docx", offline.draft, name="draft_file"),
    path(f"{one}/unread/", offline.unread, name="unread"),
    path(f"{one}/take-over/", together.take_over, name="take_over"),
    path(f"{one}/authors/", together.authors, name="authors"),
    path(f"{one}/authors/<int:pk>/remove/", together.remove_author, name="remove_author"),
    path(f"{one}/authors/asked/<int:pk>/take-back/", together.take_back, name="take_back"),
    path("invited/<int:pk>/", together.invited, name="invited"),
    path(f"{one}/preview/", steps.preview, name="preview"),
    path(f"{one}/check/", check.check, name="check"),
    path(f"{one}/submit/", steps.submit, name="submit"),
    path(f"{one}/status/", steps.status, name="status"),
    path(f"{one}/withdraw/", steps.withdraw, name="withdraw"),
    path(f"{one}/resume/", steps.resume, name="resume"),
    path(f"{one}/confirm/", steps.confirm, name="confirm"),
    path(f"{one}/revise/", steps.revise, name="revise"),
    path(f"{one}/talk/", answers.talk, name="talk"),
    path(f"{one}/endorse/", answers.endorse, name="endorse"),
    path(f"{one}/endorse/<int:pk>/back/", answers.take_back, name="unendorse"),
    path(f"{one}/versions/", history.versions, name="versions"),
    path(f"{one}/v<int:version>/", history.approved, name="approved"),
    path(f"{one}/versions/<int:number>/", history.version, name="version"),
    path(f"{one}/diff/", history.diff, name="diff"),
]
