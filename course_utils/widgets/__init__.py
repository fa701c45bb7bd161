"""Live views of the cells: trace (pure) -> model (traits) -> view (static/*.js)."""
