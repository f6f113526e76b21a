"""The demonstration city: invented work orders and the departments' behaviour, as pure seeded generators."""
