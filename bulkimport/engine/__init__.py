"""One run from sources to report: joins the rooms on the data's path."""
