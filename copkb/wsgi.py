"""The WSGI entry point that gunicorn serves."""

import os

from django.conf import settings
from django.core.wsgi import get_wsgi_application

from copkb import postgres, warming

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "copkb.settings")

postgres.start_if_local(settings.DATABASES["default"], settings.DATA_DIR)
application = get_wsgi_application()
warming.warm()
