"""Outside services, a folder each: client, tasks, a stub server for demo and tests."""
