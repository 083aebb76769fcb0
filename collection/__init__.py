"""A folder of photos on one machine: caption, organise and find them. Stands on `function/`, which never imports it."""
