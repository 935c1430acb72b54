"""Forms of contributions; each kind's form builds on forms.base."""
