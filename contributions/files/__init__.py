"""Files that people attach: checked before they are kept, shown to those who see the record."""
