"""One exercise, defined once: data, reference, slips, worked steps."""
