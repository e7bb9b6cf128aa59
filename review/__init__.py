"""Where clause and law meet: the review standard, its checks, findings and reports."""
