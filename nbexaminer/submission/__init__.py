"""The door: names and bytes become a submission, within bounds."""
