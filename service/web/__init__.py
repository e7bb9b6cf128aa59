"""The pages of the office: server-rendered, in Chinese, with small scripts of our own and nothing from elsewhere."""
