"""Django writes short French dates in figures; here the month has its name, as elsewhere."""

SHORT_DATE_FORMAT = "j N Y"
SHORT_DATETIME_FORMAT = "j N Y, H:i"
