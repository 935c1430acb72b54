"""Triggers that write the audit trail and keep it: see docs/adr/0013."""

from django.db import migrations

# Arguments of the trigger: kind of thing, column of its key, columns to follow (empty: all),
# columns to pass over.
WRITE = """
CREATE FUNCTION copkb_audit() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    old_row jsonb := CASE WHEN TG_OP = 'INSERT' THEN '{}'::jsonb ELSE to_jsonb(OLD) END;
    new_row jsonb := CASE WHEN TG_OP = 'DELETE' THEN '{}'::jsonb ELSE to_jsonb(NEW) END;
    whole jsonb := CASE WHEN TG_OP = 'DELETE' THEN to_jsonb(OLD) ELSE to_jsonb(NEW) END;
    thing text := TG_ARGV[0];
    target text := whole ->> TG_ARGV[1];
    only_these text[] := string_to_array(TG_ARGV[2], ',');
    not_these text[] := string_to_array(TG_ARGV[3], ',');
    before jsonb;
    after jsonb;
    who text := current_setting('copkb.actor', true);
    why text := current_setting('copkb.why', true);
    name text;
    action text := CASE TG_OP WHEN 'INSERT' THEN 'added' WHEN 'DELETE' THEN 'removed' ELSE 'changed' END;
BEGIN
    IF TG_OP = 'INSERT' AND cardinality(only_these) = 0 THEN  -- bulk loading is common
        before := '{}';
        after := new_row - not_these;
    ELSE
        SELECT coalesce(jsonb_object_agg(key, value), '{}') INTO before FROM jsonb_each(old_row)
            WHERE new_row -> key IS DISTINCT FROM value
            AND (cardinality(only_these) = 0 OR key = ANY(only_these))
            AND NOT key = ANY(not_these);
        SELECT coalesce(jsonb_object_agg(key, value), '{}') INTO after FROM jsonb_each(new_row)
            WHERE old_row -> key IS DISTINCT FROM value
            AND (cardinality(only_these) = 0 OR key = ANY(only_these))
            AND NOT key = ANY(not_these);
    END IF;
    IF before = '{}' AND after = '{}' THEN
        RETURN NULL;
    END IF;
    IF thing IN ('role', 'person', 'focal_point') THEN
        SELECT u.name INTO name FROM accounts_user u WHERE u.id = target::bigint;
    ELSIF thing = 'rights' THEN
        SELECT g.name INTO name FROM auth_group g WHERE g.id = target::bigint;
    ELSE
        name := coalesce(whole ->> 'text', whole ->> 'name', whole ->> 'slug', target);
    END IF;
    IF thing = 'role' THEN
        SELECT jsonb_build_object('role', g.name) INTO after FROM auth_group g
            WHERE g.id = (whole ->> 'group_id')::bigint;
    ELSIF thing = 'rights' THEN
        SELECT jsonb_build_object('permission', p.codename) INTO after FROM auth_permission p
            WHERE p.id = (whole ->> 'permission_id')::bigint;
    END IF;
    IF thing IN ('role', 'rights') AND TG_OP = 'DELETE' THEN
        before := after;
        after := '{}';
    END IF;
    IF thing = 'join_request' THEN
        action := whole ->> 'state';
        who := whole ->> 'decided_by_id';
        why := whole ->> 'reason';
    ELSIF thing = 'comment' THEN
        action := CASE WHEN whole ->> 'hidden_at' IS NULL THEN 'shown' ELSE 'hidden' END;
        who := coalesce(nullif(who, ''), whole ->> 'hidden_by_id');
        why := coalesce(whole ->> 'hidden_reason', old_row ->> 'hidden_reason');
        SELECT c.code || ' ' || c.title INTO name FROM contributions_contribution c
            WHERE c.id = (whole ->> 'contribution_id')::bigint;
    END IF;
    INSERT INTO copkb_auditentry(at, actor_id, thing, target, name, action, why, before, after)
    VALUES (clock_timestamp(), nullif(who, '')::bigint, thing, left(target, 40),
            coalesce(name, ''), action, coalesce(why, ''), coalesce(before, '{}'),
            coalesce(after, '{}'));
    RETURN NULL;
END $$
"""
# The author's own steps are no decisions; withdrawing must leave nothing behind when a draft is
# deleted for good.
DECISIONS = """
CREATE FUNCTION copkb_audit_decision() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    INSERT INTO copkb_auditentry(at, actor_id, thing, target, name, action, why, before, after)
    SELECT NEW.created_at, NEW.by_id, 'decision', c.code,
           c.code || ' ' || coalesce(nullif(r.content ->> 'title', ''), c.title), NEW.action,
           NEW.note, jsonb_build_object('state', NEW.from_state),
           jsonb_build_object('state', NEW.to_state) || NEW.changes
    FROM contributions_contribution c, contributions_revision r
    WHERE c.id = NEW.contribution_id AND r.id = NEW.revision_id;
    RETURN NULL;
END $$
"""
KEEP = """
CREATE FUNCTION copkb_audit_keep() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'The audit trail is not changed.';
END $$
"""
# Decisions stay as they were taken; they go only with a text that nobody ever sent.
KEEP_DECISIONS = """
CREATE FUNCTION copkb_keep_decision() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'DELETE' AND NOT EXISTS (
        SELECT 1 FROM contributions_revision r
        WHERE r.id = OLD.revision_id AND r.submitted_at IS NOT NULL
    ) THEN
        RETURN OLD;
    END IF;
    RAISE EXCEPTION 'A decision is not changed.';
END $$
"""
# table → when, kind of thing, key, columns to follow, columns to pass over
FOLLOWED = {
    "accounts_user": (
        "UPDATE OF is_active, is_superuser, country_id", "person", "id",
        "is_active,is_superuser,country_id", "",
    ),
    "accounts_user_groups": ("INSERT OR UPDATE OR DELETE", "role", "user_id", "", "id"),
    "accounts_focalpoint": ("INSERT OR UPDATE OR DELETE", "focal_point", "user_id", "country_id", ""),
    "accounts_joinrequest": ("UPDATE OF state", "join_request", "id", "state", ""),
    "auth_group_permissions": ("INSERT OR UPDATE OR DELETE", "rights", "group_id", "", "id"),
    "countries_country": ("INSERT OR UPDATE OR DELETE", "country", "iso2", "", "map_x,map_y"),
    "countries_phaseparticipation": (
        "INSERT OR UPDATE OR DELETE", "participation", "country_id", "", "id",
    ),
    "countries_region": ("INSERT OR UPDATE OR DELETE", "region", "slug", "", ""),
    "vocabulary_concept": (
        "INSERT OR UPDATE OR DELETE", "concept", "id", "", "id,created_at,decided_at",
    ),
    "vocabulary_conceptlabel": ("INSERT OR UPDATE OR DELETE", "label", "concept_id", "", "id,folded"),
    "discussion_comment": ("UPDATE OF hidden_at", "comment", "id", "hidden_at,hidden_reason", ""),
}  # fmt: skip

FORWARDS = [
    WRITE,
    DECISIONS,
    KEEP,
    KEEP_DECISIONS,
    *(
        f"CREATE TRIGGER audit AFTER {when} ON {table} FOR EACH ROW"
        f" EXECUTE FUNCTION copkb_audit('{thing}', '{key}', '{follow}', '{leave}')"
        for table, (when, thing, key, follow, leave) in FOLLOWED.items()
    ),
    "CREATE TRIGGER audit AFTER INSERT ON contributions_decision FOR EACH ROW"
    " WHEN (NEW.action NOT IN ('withdraw', 'resume')) EXECUTE FUNCTION copkb_audit_decision()",
    "CREATE TRIGGER keep BEFORE UPDATE OR DELETE ON contributions_decision FOR EACH ROW"
    " EXECUTE FUNCTION copkb_keep_decision()",
    "CREATE TRIGGER keep BEFORE UPDATE OR DELETE ON copkb_auditentry FOR EACH ROW"
    " EXECUTE FUNCTION copkb_audit_keep()",
]
BACKWARDS = [
    *(f"DROP TRIGGER audit ON {table}" for table in (*FOLLOWED, "contributions_decision")),
    "DROP TRIGGER keep ON contributions_decision",
    "DROP TRIGGER keep ON copkb_auditentry",
    *(
        f"DROP FUNCTION {name}()"
        for name in (
            "copkb_audit",
            "copkb_audit_decision",
            "copkb_audit_keep",
            "copkb_keep_decision",
        )
    ),
]


class Migration(migrations.Migration):
    dependencies = [
        ("copkb", "0001_audit_trail"),
        ("accounts", "0001_initial"),
        ("contributions", "0004_points_talk_endorsements"),
        ("countries", "0001_initial"),
        ("discussion", "0001_comments"),
        ("vocabulary", "0001_concepts"),
    ]
    operations = [migrations.RunSQL(FORWARDS, BACKWARDS)]
