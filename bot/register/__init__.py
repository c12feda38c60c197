"""The register: web pages on which managers find, read and export tickets."""
