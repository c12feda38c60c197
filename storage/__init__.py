"""Tables, queries and migrations; decides nothing."""
