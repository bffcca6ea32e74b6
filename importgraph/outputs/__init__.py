"""Reports to text and pictures; no analysis happens here."""
