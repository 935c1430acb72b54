"""All settings, in the order of Django's documentation; whatever differs by place is read from the
environment (see README, "Configuration")."""

from pathlib import Path

import django_stubs_ext
from csp.constants import NONE, SELF
from django.utils.translation import gettext_lazy as _
from environs import Env

from copkb.postgres.local import url as local_database_url
from copkb.secret import local_secret

django_stubs_ext.monkeypatch()

BASE_DIR = Path(__file__).resolve().parent.parent

env = Env()
env.read_env(str(BASE_DIR / ".env"), recurse=False)

# Core

DEBUG: bool = env.bool("DEBUG", default=False)
# Demo accounts and the page that shows mails exist only in demo mode (script/server sets it).
DEMO: bool = env.bool("DEMO", default=False)
DATA_DIR = Path(env.str("DATA_DIR", default=str(BASE_DIR / "var")))

SECRET_KEY: str = env.str("SECRET_KEY", default="") or local_secret(DATA_DIR)
ALLOWED_HOSTS: list[str] = env.list("ALLOWED_HOSTS", default=["localhost", "127.0.0.1", "[::1]"])
CSRF_TRUSTED_ORIGINS: list[str] = env.list("CSRF_TRUSTED_ORIGINS", default=[])
SITE_NAME = _("Community of Practice")
# Absolute links in mails.
SITE_URL: str = env.str("SITE_URL", default="http://127.0.0.1:8000").rstrip("/")

INSTALLED_APPS = [
    "django.contrib.admin",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.humanize",
    "django.contrib.messages",
    "django.contrib.postgres",
    "django.contrib.sessions",
    "whitenoise.runserver_nostatic",
    "django.contrib.staticfiles",
    "taggit",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "csp",
    "django_tasks",
    "django_tasks_db",
    "copkb.apps.CopkbConfig",
    "practices.apps.PracticesConfig",
    "efforts.apps.EffortsConfig",
    "review.apps.ReviewConfig",
    "following.apps.FollowingConfig",
    "calls.apps.CallsConfig",
    "discussion.apps.DiscussionConfig",
    "contributions.apps.ContributionsConfig",
    "vocabulary.apps.VocabularyConfig",
    "search.apps.SearchConfig",
    "accounts.apps.AccountsConfig",
    "countries.apps.CountriesConfig",
    "objectives.apps.ObjectivesConfig",
]

MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "copkb.middleware.HeadMiddleware",
    "csp.middleware.CSPMiddleware",
    "copkb.middleware.BadInputMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "accounts.middleware.PersonMiddleware",
    "accounts.acting.ActorMiddleware",
    "accounts.middleware.LanguageMiddleware",
    "django.contrib.auth.middleware.LoginRequiredMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "copkb.middleware.AdminStyleMiddleware",
]

ROOT_URLCONF = "copkb.urls"
WSGI_APPLICATION = "copkb.wsgi.application"
# The longest honest form (a full practice with many rows) stays far below these.
DATA_UPLOAD_MAX_MEMORY_SIZE = 2_500_000
DATA_UPLOAD_MAX_NUMBER_FIELDS = 3_000

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.template.context_processors.i18n",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "copkb.context_processors.site",
                "contributions.context_processors.inbox",
            ],
        },
    },
]
FORM_RENDERER = "django.forms.renderers.TemplatesSetting"
INSTALLED_APPS.append("django.forms")

CSRF_FAILURE_VIEW = "copkb.errors.csrf_failure"

# Database

DATABASES = {
    "default": env.dj_db_url(
        "DATABASE_URL",
        default=local_database_url(DATA_DIR),
        conn_max_age=60,
        conn_health_checks=True,
    )
}
# Every statement takes milliseconds. PostgreSQL takes some for long, because it guesses how much
# words will find, and compiles them: that takes a second.
DATABASES["default"].setdefault("OPTIONS", {}).setdefault("options", "-c jit=off")
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

# Work after the response

TASKS = {
    "default": {
        "BACKEND": env.str("TASK_BACKEND", default="django_tasks_db.DatabaseBackend"),
        "ENQUEUE_ON_COMMIT": False,  # the job row is written in the same transaction as its cause
    }
}

# Whether the site may call the web addresses that contributions name, to see if they answer.
CHECK_LINKS: bool = env.bool("CHECK_LINKS", default=True)

# Mail

EMAIL_BACKEND: str = env.str(
    "EMAIL_BACKEND",
    default="copkb.mail.DemoMailBackend" if DEMO else "django.core.mail.backends.smtp.EmailBackend",
)
EMAIL_HOST: str = env.str("EMAIL_HOST", default="localhost")
EMAIL_PORT: int = env.int("EMAIL_PORT", default=25)
EMAIL_HOST_USER: str = env.str("EMAIL_HOST_USER", default="")
EMAIL_HOST_PASSWORD: str = env.str("EMAIL_HOST_PASSWORD", default="")
EMAIL_USE_TLS: bool = env.bool("EMAIL_USE_TLS", default=False)
EMAIL_TIMEOUT = 20
DEFAULT_FROM_EMAIL: str = env.str(
    "DEFAULT_FROM_EMAIL", default="Community of Practice <community@localhost>"
)
# Digests leave at the timer's first run after this hour, weekly ones on this day (0 = Monday);
# hours and days are those of TIME_ZONE.
DIGEST_HOUR: int = env.int("DIGEST_HOUR", default=6)
DIGEST_WEEKDAY: int = env.int("DIGEST_WEEKDAY", default=0)
# So many mails returned for good stop all mail to the address until the person says it works.
MAIL_BOUNCE_LIMIT: int = env.int("MAIL_BOUNCE_LIMIT", default=3)
# Hours after which mail that waits, or a timer that does not run, is told by /healthz.
MAIL_LATE_HOURS: int = env.int("MAIL_LATE_HOURS", default=6)
MAIL_TIMER_HOURS: int = env.int("MAIL_TIMER_HOURS", default=26)

# Languages. The interface speaks INTERFACE_LANGUAGES; content may be in any of LANGUAGES.

LANGUAGE_CODE = "en"
LANGUAGES = [
    ("en", "English"),
    ("fr", "Français"),
    ("ar", "العربية"),
]
CONTENT_LANGUAGES = [
    ("en", "English"),
    ("fr", "Français"),
    ("es", "Español"),
    ("pt", "Português"),
    ("ru", "Русский"),
    ("ar", "العربية"),
    ("zh", "中文"),
    ("fa", "فارسی"),
    ("ur", "اردو"),
]
FORMAT_MODULE_PATH = "copkb.formats"
LOCALE_PATHS = [BASE_DIR / "locale"]
USE_I18N = True
USE_TZ = True
TIME_ZONE = "UTC"
LANGUAGE_COOKIE_AGE = 60 * 60 * 24 * 365
LANGUAGE_COOKIE_HTTPONLY = True
LANGUAGE_COOKIE_SAMESITE = "Lax"

# Static files

STATIC_URL = "static/"
STATICFILES_DIRS = [BASE_DIR / "static"]
STATIC_ROOT = Path(env.str("STATIC_ROOT", default=str(BASE_DIR / "staticfiles")))
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {
        "BACKEND": env.str(
            "STATICFILES_BACKEND",
            default="whitenoise.storage.CompressedManifestStaticFilesStorage",
        )
    },
    # Files that people attach. No address leads to them: a view asks who may see each.
    "attachments": {
        "BACKEND": env.str(
            "ATTACHMENTS_BACKEND", default="django.core.files.storage.FileSystemStorage"
        ),
        "OPTIONS": env.json("ATTACHMENTS_OPTIONS", default={"location": str(DATA_DIR / "files")}),
    },
}
MEDIA_ROOT = DATA_DIR / "media"
# One file of 20 MB at a time; larger bodies are cut off by the server in front.
FILE_UPLOAD_PERMISSIONS = 0o600

# People and sign-in

AUTH_USER_MODEL = "accounts.User"
AUTHENTICATION_BACKENDS = [
    "django.contrib.auth.backends.ModelBackend",
    "allauth.account.auth_backends.AuthenticationBackend",
]
AUTH_PASSWORD_VALIDATORS = [
    {
        "NAME": "django.contrib.auth.password_validation.MinimumLengthValidator",
        "OPTIONS": {"min_length": 10},
    },
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
]
# Sessions know whose they are: one statement reads both.
SESSION_ENGINE = "accounts.models.session"
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "home"

# --- accounts (kept by the accounts app) ---
# django-allauth: e-mail and password, or a mailed code; nobody signs up without being asked in.
ACCOUNT_ADAPTER = "accounts.adapter.AccountAdapter"
ACCOUNT_USER_MODEL_USERNAME_FIELD = None
ACCOUNT_USER_DISPLAY = str
ACCOUNT_LOGIN_METHODS = {"email"}
ACCOUNT_SIGNUP_FIELDS = ["email*", "password1*"]
ACCOUNT_LOGIN_BY_CODE_ENABLED = True
# Addresses are proven before there is an account: by the invitation's link or the first code.
ACCOUNT_EMAIL_VERIFICATION = "none"
ACCOUNT_CHANGE_EMAIL = True
ACCOUNT_EMAIL_SUBJECT_PREFIX = ""
ACCOUNT_EMAIL_NOTIFICATIONS = True
ACCOUNT_SESSION_REMEMBER = True
ACCOUNT_LOGOUT_REDIRECT_URL = "home"
ACCOUNT_RATE_LIMITS = {"join": "10/h/ip"}
ALLAUTH_TRUSTED_PROXY_COUNT = 1 if env.bool("BEHIND_PROXY", default=False) else 0
MFA_ADAPTER = "accounts.adapter.SecondStepAdapter"
MFA_SUPPORTED_TYPES = ["totp", "recovery_codes"]
MFA_TOTP_ISSUER = "Community of Practice"
# --- end of accounts ---

# Tags: one concept whatever its capitals.
TAGGIT_CASE_INSENSITIVE = True

# Security. HTTPS settings follow from SECURE; a deployment behind TLS sets SECURE=true.

SECURE: bool = env.bool("SECURE", default=False)
SECURE_SSL_REDIRECT = SECURE
SECURE_HSTS_SECONDS = 60 * 60 * 24 * 365 if SECURE else 0
SECURE_HSTS_INCLUDE_SUBDOMAINS = SECURE
SECURE_HSTS_PRELOAD = False
SECURE_REFERRER_POLICY = "same-origin"
SECURE_REDIRECT_EXEMPT = [r"^healthz$"]
if env.bool("BEHIND_PROXY", default=False):
    SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
SESSION_COOKIE_SECURE = SECURE
SESSION_COOKIE_AGE = env.int("SESSION_COOKIE_AGE", default=60 * 60 * 24 * 14)
CSRF_COOKIE_SECURE = SECURE
CSRF_COOKIE_HTTPONLY = True
X_FRAME_OPTIONS = "DENY"

CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [NONE],
        "script-src": [SELF],
        "style-src": [SELF],
        "img-src": [SELF],
        "connect-src": [SELF],
        "form-action": [SELF],
        "base-uri": [NONE],
        "frame-ancestors": [NONE],
        "manifest-src": [SELF],
    }
}

LOG_LEVEL: str = env.str("LOG_LEVEL", default="WARNING")
LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"line": {"format": "%(levelname)s %(name)s: %(message)s"}},
    "handlers": {
        # The level stands here, since the task worker sets that of its own logger.
        "console": {"class": "logging.StreamHandler", "formatter": "line", "level": LOG_LEVEL}
    },
    "root": {"handlers": ["console"], "level": LOG_LEVEL},
}
