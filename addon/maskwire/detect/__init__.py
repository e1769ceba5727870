"""Finding values in text: rules, checks, names, and the pipeline that joins them."""
