"""The register: the web page on which managers see every complaint."""
