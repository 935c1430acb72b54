"""All addresses: what shows one app lives in its app, what shows several lives here."""

from __future__ import annotations

from allauth.account.decorators import secure_admin_login
from django.contrib import admin
from django.urls import include, path
from django.utils.translation import gettext_lazy as _

from accounts.views import set_language
from contributions.views.browse import browse, every_value, opened, options, suggest
from copkb import components, health, place_urls, views

admin.autodiscover()
# The admin signs in by the site's own page, with its rate limits and second factor.
admin.site.login = secure_admin_login(admin.site.login)  # type: ignore[method-assign]

admin.site.site_header = _("Community of Practice administration")
admin.site.site_title = _("Community of Practice")
admin.site.index_title = _("What needs you")

urlpatterns = [
    path("", views.home, name="home"),
    path("about/", views.about, name="about"),
    path("countries/", include(place_urls.countries)),
    path("objectives/", include(place_urls.objectives)),
    path("demo/mail/", views.demo_mail, name="demo_mail"),
    path("robots.txt", views.robots, name="robots"),
    path("sitemap.xml", views.sitemap, name="sitemap"),
    path("search/", browse, name="search"),
    path("search/all/<str:name>/", every_value, name="search_values"),
    path("search/suggest/", suggest, name="search_suggest"),
    path("search/opened/<uuid:line>/", opened, name="search_opened"),
    path("search/suggest/options/", options, name="suggest_options"),
    path("components/", components.components, name="components"),
    path("healthz", health.healthz, name="healthz"),
    path("practices/", include("practices.urls")),
    path("lessons/", include("practices.lesson_urls")),
    path("efforts/", include("efforts.urls")),
    path("calls/", include("calls.urls")),
    path("", include("contributions.urls")),
    path("", include("discussion.urls")),
    path("", include("following.urls")),
    path("", include("contributions.tag_urls")),
    path("", include("accounts.urls")),
    path("accounts/", include("allauth.urls")),
    path("language/", set_language, name="set_language"),
    path("admin/", admin.site.urls),
]
