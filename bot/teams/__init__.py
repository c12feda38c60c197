"""Microsoft Teams: what people see and press there, and the way to and from Microsoft's Bot Connector."""
