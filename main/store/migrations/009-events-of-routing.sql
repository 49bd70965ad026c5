-- Endpoints and overrides are what their events say; these are few, and found without reading the whole log.
CREATE INDEX events_of_routing ON events (type, seq)
  WHERE type IN ('tier.added', 'tier.changed', 'tier.removed', 'route.overridden', 'route.decided');
